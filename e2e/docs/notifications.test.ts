import { runDocuments } from './run-documents.ts';

runDocuments(['docs/notifications.md'], 6);
