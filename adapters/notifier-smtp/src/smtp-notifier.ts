import { readFile } from 'node:fs/promises';
import { AegisError } from '@aegis/model';
import { bareLine, notificationText } from '@aegis/notification-text';
import type { Notification, Notifier } from '@aegis/ports';
import { createTransport } from 'nodemailer';

export interface SmtpNotifierOptions {
  /** `smtp://host:587`, which becomes TLS by STARTTLS or is not used, `smtps://host:465`, or `smtp+plain://host:25`. */
  readonly url: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly username?: string;
  readonly password?: string;
  /** The authority of the server's certificate as PEM; empty for those that Node knows. */
  readonly caFile: string;
}

const TIMEOUT_MS = 10_000;
const MOST_BYTES = 16_000;

/** By e-mail, as plain text. One connection a message. */
export function openSmtpNotifier(options: SmtpNotifierOptions): Notifier {
  const { protocol, hostname, port } = new URL(options.url);
  let isClosed = false;
  return {
    async send(message) {
      if (isClosed) throw new AegisError('notifier_unavailable', 'e-mail: closed');
      const transport = createTransport({
        host: hostname.replace(/^\[|\]$/g, ''),
        port: Number(port),
        secure: protocol === 'smtps:',
        // A man in the middle must not be able to take STARTTLS away, and with it the password.
        requireTLS: protocol === 'smtp:',
        ignoreTLS: protocol === 'smtp+plain:',
        tls: await trust(options.caFile),
        ...(options.username === undefined
          ? {}
          : { auth: { user: options.username, pass: options.password ?? '' } }),
        connectionTimeout: TIMEOUT_MS,
        greetingTimeout: TIMEOUT_MS,
        socketTimeout: TIMEOUT_MS,
        disableFileAccess: true,
        disableUrlAccess: true,
      });
      try {
        await transport.sendMail(mailOf(message, options));
      } catch (cause) {
        throw fault(cause);
      } finally {
        transport.close();
      }
    },
    async close() {
      isClosed = true;
    },
  };
}

async function trust(caFile: string): Promise<object> {
  if (caFile === '') return {};
  try {
    return { ca: await readFile(caFile) };
  } catch (cause) {
    throw new AegisError('notifier_unavailable', `e-mail: ${caFile} cannot be read: ${words(cause)}`, {
      cause,
    });
  }
}

function mailOf(message: Notification, { from, to }: SmtpNotifierOptions): object {
  const { title, summary, body } = notificationText(message, MOST_BYTES);
  return {
    from,
    to,
    subject: title,
    text: [summary, body].filter(Boolean).join('\n\n'),
    date: new Date(message.at),
    // Who gets it twice sees one.
    messageId: `<${bareLine(message.id, 100).replace(/[^\w.-]/g, '_')}@aegis>`,
    headers: { 'Auto-Submitted': 'auto-generated' },
  };
}

/** A permanent answer (RFC 5321, section 4.2.1) to the message itself; who may not log in can mend it. */
function fault(cause: unknown): AegisError {
  const { responseCode = 0, command = '' } = cause as {
    readonly responseCode?: number;
    readonly command?: string;
  };
  const isRefusal = responseCode >= 550 && responseCode < 560 && /^(?:DATA|RCPT TO|MAIL FROM)$/.test(command);
  const code = isRefusal ? 'notifier_refused' : 'notifier_unavailable';
  return new AegisError(code, `e-mail: ${words(cause).slice(0, 300)}`, { cause });
}

const words = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
