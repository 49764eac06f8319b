export { type LoadedPanel, loadPanelFile, readLiftTestsFile, readTableFile } from "./file/read-file.js";
export { checkWritable, writeFileAtomic, writeFilesAtomic } from "./file/write-file.js";
