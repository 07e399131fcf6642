import { runDocument } from './run-document.ts';

runDocument('docs/policies.md', 7);
