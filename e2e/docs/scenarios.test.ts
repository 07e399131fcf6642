import { runDocuments } from './run-documents.ts';

runDocuments(['docs/scenarios.md'], 9);
