import { runDocuments } from './run-documents.ts';

runDocuments(['docs/fleet.md'], 12);
