export { bareLine, harmlessLine } from './harmless-line.ts';
export { cutToBytes, type NotificationText, notificationText } from './notification-text.ts';
