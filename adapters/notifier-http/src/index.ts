export { openDingTalk } from './ding-talk.ts';
export { openFeishu } from './feishu.ts';
export type { HttpNotifierOptions } from './http-notifier.ts';
export { openSlack } from './slack.ts';
export { openWeCom } from './we-com.ts';
export { openWebhook } from './webhook.ts';
