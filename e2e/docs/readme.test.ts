import { runDocument } from './run-document.ts';

runDocument('README.md', 10);
