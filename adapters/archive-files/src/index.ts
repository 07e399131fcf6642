export type { ArchiveFormat } from './day-files.ts';
export { type FileArchiveOptions, openFileArchive } from './file-archive.ts';
