import { runDocuments } from './run-documents.ts';

runDocuments(['docs/audit.md'], 8);
