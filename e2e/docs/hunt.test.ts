import { runDocuments } from './run-documents.ts';

runDocuments(['docs/hunt.md'], 10);
