import { expect, test } from "vitest";
import { drawBar, startProgress } from "./progress.mjs";

function stream(isTTY) {
  const written = [];
  return { isTTY, columns: 80, written, write: (text) => written.push(text) };
}
const start = (to) => startProgress({ verb: "Uploading", of: "files", total: 1479, stream: to, clock: () => 0 });

test("a bar fits its line at any width", () => {
  expect(drawBar({ verb: "Uploading", counts: "740 of 1,479 files", part: 740 / 1479 }, 80)).toBe(
    "Uploading [####################--------------------] 50%  740 of 1,479 files",
  );
  for (let room = 20; room < 140; room += 1)
    expect(drawBar({ verb: "Uploading", counts: "1,479 of 1,479 files", part: 1 }, room).length).toBeLessThan(room);
});

test("on a terminal the line is drawn over, and cleared in the end", () => {
  const to = stream(true);
  const progress = start(to);
  for (const count of [1, 2, 3, 1479]) progress.show(count);
  expect(to.written).toHaveLength(2);
  progress.clear();
  expect(to.written.at(-1)).toBe("\r\u001b[K");
});

test("elsewhere there is a line at each tenth", () => {
  const to = stream(false);
  const progress = start(to);
  for (let count = 1; count <= 1479; count += 1) progress.show(count);
  progress.clear();
  expect(to.written).toHaveLength(10);
  expect(to.written.at(0)).toBe("Uploading: 148 of 1,479 files\n");
  expect(to.written.at(-1)).toBe("Uploading: 1,479 of 1,479 files\n");
});
