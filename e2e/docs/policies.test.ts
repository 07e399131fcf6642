import { runDocuments } from './run-documents.ts';

runDocuments(['docs/policies.md'], 7);
