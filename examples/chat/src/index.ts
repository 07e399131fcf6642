export { type ChatServer, type ChatServerOptions, startChatServer } from './chat-server.ts';
export { type AbuserReport, type SiegeOptions, type SiegeReport, siege } from './siege.ts';
