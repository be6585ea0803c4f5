import { describe, expect, test } from "vitest";
import { attachment, fileNameOf } from "@/lib/http/attachment";
import { csvBody, csvField, csvLine } from "@/lib/http/csv";

describe("a CSV field", () => {
  test.each([
    ["plain", '"plain"'],
    ['say "hi"', '"say ""hi"""'],
    ["a,b\r\nc", '"a,b\r\nc"'],
    ["=1+1", `"'=1+1"`],
    ["+1", `"'+1"`],
    ["-1", `"'-1"`],
    ["@SUM(A1)", `"'@SUM(A1)"`],
    ["\tx", `"'\tx"`],
    ["\rx", `"'\rx"`],
    ["＝1", `"'＝1"`],
    ["＋1", `"'＋1"`],
    ["－1", `"'－1"`],
    ["＠a", `"'＠a"`],
    ["  =1", `"'  =1"`],
    ["\u200b=1", `"'\u200b=1"`],
    ["a=1", '"a=1"'],
    ["", '""'],
  ])("%j", (value, field) => {
    expect(csvField(value)).toBe(field);
  });

  test("a record ends as RFC 4180 says", () => {
    expect(csvLine(["a", "b"])).toBe('"a","b"\r\n');
  });
});

describe("a CSV body", () => {
  async function* pieces(failAt: number, made: number[]) {
    for (let piece = 0; piece < 100; piece += 1) {
      if (piece === failAt) throw new Error("the database went away");
      made.push(piece);
      yield `${piece};`;
    }
  }

  test("is made no faster than it is read, and stops when nobody reads on", async () => {
    const made: number[] = [];
    const reader = (await csvBody(pieces(-1, made))).getReader();
    await reader.read();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(made.length).toBeLessThan(5);
    await reader.cancel();
    expect(made.length).toBeLessThan(5);
  });

  test("that fails on the way breaks off instead of ending", async () => {
    await expect(new Response(await csvBody(pieces(3, []))).text()).rejects.toThrow("the database went away");
  });

  test("that fails at once is never begun", async () => {
    await expect(csvBody(pieces(0, []))).rejects.toThrow("the database went away");
  });
});

describe("a file to save", () => {
  const fingerprint = "0a1b2c3d4e5f".padEnd(64, "0");

  test.each([
    ["www.example.test", "www.example.test-0a1b2c3d.pem"],
    ["*.example.test", "example.test-0a1b2c3d.pem"],
    ["../../etc/passwd", "etc_passwd-0a1b2c3d.pem"],
    ['a"\r\nset-cookie: x', "a_set-cookie_x-0a1b2c3d.pem"],
    ["CON", "CON-0a1b2c3d.pem"],
    ["証明書", "certificate-0a1b2c3d.pem"],
    ["Müller", "Mu_ller-0a1b2c3d.pem"],
    ["x".repeat(200), `${"x".repeat(80)}-0a1b2c3d.pem`],
  ])("%j has a safe name", (name, fileName) => {
    expect(fileNameOf({ name, fingerprint }, ".pem")).toBe(fileName);
  });

  test("is never shown by a browser", () => {
    const { headers } = attachment("x", { fileName: "a.pem", contentType: "application/pem-certificate-chain" });
    expect(headers.get("content-disposition")).toBe('attachment; filename="a.pem"');
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  });
});
