export { type FileLoad, WatchedFile, type WatchedFileOptions } from './watched-file.ts';
