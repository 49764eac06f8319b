export {
  type LoadedPanel,
  loadPanelFile,
  openPanel,
  openTable,
  readLiftTestsFile,
  readTableFile,
  streamParquet,
} from "./file/read-file.js";
export { checkWritable, writeFileAtomic, writeFilesAtomic } from "./file/write-file.js";
