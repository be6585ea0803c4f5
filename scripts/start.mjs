// Old versions of Node fail while linking newer built-ins, so nothing is imported before this check.
const [major, minor] = process.versions.node.split(".").map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Certsweep needs Node 20.19 or newer, and this is ${process.versions.node}.`);
  process.exitCode = 1;
} else {
  const { launch } = await import("./launch.mjs");
  await launch({ dev: process.argv.includes("--dev") });
}
