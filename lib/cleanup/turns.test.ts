import { expect, test } from "vitest";
import { alongside, oneAtATime } from "@/lib/cleanup/turns";

/** Work that notes when it begins and ends, and ends when it is told. */
function noting(noted: string[]) {
  const ends = new Map<string, () => void>();
  const work = (name: string) => async () => {
    noted.push(`${name} begins`);
    await new Promise<void>((resolve) => ends.set(name, resolve));
    noted.push(`${name} ends`);
    return name;
  };
  return { work, end: (name: string) => ends.get(name)?.() };
}

/** Until nothing is left that could go on by itself. */
const quiet = () => new Promise((resolve) => setImmediate(resolve));

test("work that is done one at a time waits for the work before it, also for one that fails", async () => {
  const noted: string[] = [];
  let calls = 0;
  const next = oneAtATime(async () => {
    calls += 1;
    const call = calls;
    noted.push(`${call} begins`);
    await quiet();
    noted.push(`${call} ends`);
    if (call === 1) throw new Error("the first fails");
    return call;
  });
  const answers = await Promise.allSettled([next(), next(), next()]);
  expect(answers.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled"]);
  expect(noted).toEqual(["1 begins", "1 ends", "2 begins", "2 ends", "3 begins", "3 ends"]);
});

test("what is shared is done side by side, and what is done alone waits for it and holds off the next", async () => {
  const noted: string[] = [];
  const { work, end } = noting(noted);
  const { shared, alone } = alongside();
  const first = [shared(work("a")), shared(work("b"))];
  await quiet();
  expect(noted).toEqual(["a begins", "b begins"]);
  const lone = [alone(work("c")), alone(work("d"))];
  const late = shared(work("e"));
  end("a");
  await quiet();
  expect(noted).toEqual(["a begins", "b begins", "a ends"]);
  end("b");
  await quiet();
  expect(noted.slice(3)).toEqual(["b ends", "c begins"]);
  end("c");
  await quiet();
  expect(noted.slice(5)).toEqual(["c ends", "d begins"]);
  end("d");
  await quiet();
  expect(noted.slice(7)).toEqual(["d ends", "e begins"]);
  end("e");
  expect(await Promise.all([...first, ...lone, late])).toEqual(["a", "b", "c", "d", "e"]);
});

test("what is done alone goes on when what it waited for has failed", async () => {
  const { shared, alone } = alongside();
  const failing = shared(() => Promise.reject(new Error("it fails")));
  const lone = alone(() => Promise.reject(new Error("so does it")));
  await expect(failing).rejects.toThrow("it fails");
  await expect(lone).rejects.toThrow("so does it");
  expect(await shared(async () => "done")).toBe("done");
});
