import { expect, test } from "vitest";
import { formatPairs, formatTable, layOut } from "./table.mjs";
import { widthOf } from "./text.mjs";

const COLUMNS = [{ title: "ID" }, { title: "NAME", most: 10 }, { title: "WHY", wraps: true }];
const ROWS = [
  ["1", "証明書の名前です", "In use by Edge lb1:443 and by Mail gateway mx.example.com:25 and 3 more."],
  ["22", "a\u001b[2Jb", "Short."],
];

test("columns stand below one another whatever the characters, and the last one goes on below itself", () => {
  expect(formatTable(COLUMNS, ROWS, { room: 56 })).toEqual([
    "ID  NAME        WHY",
    [
      "1   証明書の…   In use by Edge lb1:443 and by Mail",
      "                gateway mx.example.com:25 and 3 more.",
    ].join("\n"),
    "22  a\\u{1b}[2…  Short.",
  ]);
});

test("without room, reasons go below their row; short ones need no more room than there is", () => {
  expect(formatTable(COLUMNS, ROWS, { room: 40 })).toEqual([
    "ID  NAME",
    "1   証明書の…\n    In use by Edge lb1:443 and by Mail\n    gateway mx.example.com:25 and 3\n    more.",
    "22  a\\u{1b}[2…\n    Short.",
  ]);
  expect(formatTable(COLUMNS, ROWS.slice(1), { room: 40 })).toEqual(["ID  NAME        WHY", "22  a\\u{1b}[2…  Short."]);
});

test("of a path the end stays", () => {
  const columns = [{ title: "FILE", most: 9, keepsEnd: true }, { title: "NAME" }];
  expect(formatTable(columns, [["certs/shop.pem", "shop"]], { room: 40 })).toEqual([
    "FILE       NAME",
    "…shop.pem  shop",
  ]);
});

test("no line is wider than the terminal", () => {
  for (let room = 24; room < 120; room += 1)
    for (const line of formatTable(COLUMNS, ROWS, { room }).join("\n").split("\n"))
      expect(widthOf(line), `${room}: ${line}`).toBeLessThanOrEqual(room);
});

test("for a program nothing is cut and each row is one line", () => {
  const [, first = ""] = formatTable(COLUMNS, ROWS, { room: Number.POSITIVE_INFINITY });
  expect(first).toContain("証明書の名前です");
  expect(first).toContain("and 3 more.");
  expect(first).not.toContain("\n");
});

test("rows are written one by one, with columns that are known before", () => {
  const layout = layOut([{ title: "STATUS", width: 8 }, { title: "NAME" }], { room: 20 });
  expect(layout.head()).toBe("STATUS    NAME");
  expect(layout.row(["valid", "a-rather-long-name"])).toBe("valid     a-rather-…");
});

test("names and values: empty ones are left out, long ones go on below", () => {
  expect(
    formatPairs(
      [
        ["Name", "shop"],
        ["Revoked", ""],
        ["Other names", "one.example, two.example, three.example"],
      ],
      40,
    ),
  ).toEqual(["Name         shop", "Other names  one.example, two.example,", "             three.example"]);
});
