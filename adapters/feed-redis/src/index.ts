export { type LiveEntry, LiveStream, type LiveStreamOptions } from './live-stream.ts';
