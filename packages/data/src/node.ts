export { type LoadedPanel, loadPanelFile, readTableFile } from "./file/read-file.js";
export { writeFileAtomic } from "./file/write-file.js";
