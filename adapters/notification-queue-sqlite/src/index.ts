export {
  openSqliteNotificationQueue,
  type SqliteNotificationQueueOptions,
} from './sqlite-notification-queue.ts';
