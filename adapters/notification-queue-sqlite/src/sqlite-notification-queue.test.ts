import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { notificationQueueConformance } from '@aegis/ports/conformance';
import { openSqliteNotificationQueue } from './sqlite-notification-queue.ts';

let folder = '';
const open = async () => openSqliteNotificationQueue({ path: join(folder, 'notifications.db') });

notificationQueueConformance('SQLite', {
  open() {
    folder = mkdtempSync(join(tmpdir(), 'aegis-notifications-'));
    return open();
  },
  reopen: open,
  async cleanup() {
    rmSync(folder, { recursive: true, force: true });
  },
});
