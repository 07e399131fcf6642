import { runDocuments } from './run-documents.ts';

runDocuments(['README.md', 'docs/sessions-and-exports.md'], 15);
