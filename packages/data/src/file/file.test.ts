import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { loadPanelFile, readTableFile } from "./read-file.js";
import { checkWritable, writeFileAtomic, writeFilesAtomic } from "./write-file.js";

const root = mkdtempSync(join(tmpdir(), "mmm-data-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const fresh = (name: string) => {
  const directory = join(root, name);
  mkdirSync(directory);
  return directory;
};

describe("writeFileAtomic", () => {
  it("makes directories, replaces the file and leaves nothing else behind", () => {
    const directory = join(fresh("a"), "deep", "er");
    const path = join(directory, "result.json");
    writeFileAtomic(path, "one");
    writeFileAtomic(path, new TextEncoder().encode("two"));
    expect(readFileSync(path, "utf8")).toBe("two");
    expect(readdirSync(directory)).toEqual(["result.json"]);
  });

  it("says what stands in the way, keeps the old file and leaves no temporary one", () => {
    const directory = fresh("b");
    writeFileSync(join(directory, "file"), "old");
    expect(() => writeFileAtomic(join(directory, "file", "result.json"), "x")).toThrow(
      expect.objectContaining({
        kind: "usage",
        code: "CANNOT_WRITE",
        message: `Cannot write '${join(directory, "file", "result.json")}': a part of the path is a file, not a directory.`,
        fix: "Choose another path, or move that file away.",
      }),
    );
    mkdirSync(join(directory, "result.json"));
    expect(() => writeFileAtomic(join(directory, "result.json"), "x")).toThrow(/result\.json': it is a directory\.$/);
    expect(readFileSync(join(directory, "file"), "utf8")).toBe("old");
    expect(readdirSync(directory).sort()).toEqual(["file", "result.json"]);
  });

  it.skipIf(process.getuid?.() === 0)("names a directory that may not be written to", () => {
    const directory = fresh("c");
    chmodSync(directory, 0o500);
    expect(() => writeFileAtomic(join(directory, "x"), "x")).toThrow(/permission denied/);
  });
});

describe("writeFilesAtomic", () => {
  it("writes all files", () => {
    const directory = join(fresh("e"), "deep");
    writeFilesAtomic(directory, { "a.json": "a", "b.html": "b" });
    expect(readdirSync(directory).sort()).toEqual(["a.json", "b.html"]);
  });

  it("changes none when one cannot be written", () => {
    const directory = fresh("f");
    writeFileSync(join(directory, "a.json"), "old");
    mkdirSync(join(directory, "b.html"));
    expect(() => writeFilesAtomic(directory, { "a.json": "new", "b.html": "b" })).toThrow(
      /b\.html': it is a directory\.$/,
    );
    expect(readFileSync(join(directory, "a.json"), "utf8")).toBe("old");
    expect(readdirSync(directory).sort()).toEqual(["a.json", "b.html"]);
  });
});

describe("checkWritable", () => {
  it("takes a directory that does not exist yet and makes nothing", () => {
    const directory = fresh("g");
    checkWritable(join(directory, "not", "yet"));
    expect(readdirSync(directory)).toEqual([]);
  });

  it("refuses a path through a file", () => {
    const directory = fresh("h");
    writeFileSync(join(directory, "file"), "");
    for (const path of [join(directory, "file"), join(directory, "file", "out")]) {
      expect(() => checkWritable(path)).toThrow(
        expect.objectContaining({ code: "CANNOT_WRITE", message: expect.stringContaining(path) }),
      );
    }
  });
});

describe("reading files", () => {
  it("reads a table and names the file in errors", () => {
    const path = join(fresh("d"), "t.csv");
    writeFileSync(path, "week;tv\n1;2\n");
    expect(readTableFile(path)).toMatchObject({
      file: path,
      columns: [{ name: "week" }, { name: "tv", cells: ["2"] }],
    });
    writeFileSync(path, "");
    expect(() => loadPanelFile(path)).toThrow(expect.objectContaining({ code: "EMPTY_FILE", place: { file: path } }));
  });

  it("says why a path cannot be read", () => {
    expect(() => readTableFile(join(root, "none.csv"))).toThrow(/Cannot read '.*none\.csv': there is no such file\.$/);
    expect(() => readTableFile(root)).toThrow(/it is a directory\.$/);
  });
});
