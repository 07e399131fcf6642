import { runDocument } from './run-document.ts';

runDocument('docs/audit.md', 8);
