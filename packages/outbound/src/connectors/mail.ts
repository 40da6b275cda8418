/**
 * Mail, by the server that the project names. One plain text for each notice; a repeated delivery has the same
 * Message-ID, which most mailboxes show once, and later notices of a signal are answers to its first one.
 * Source: RFC 5321 (answers: 4yz may be tried again, 5yz not), RFC 5322 section 3.6.4, RFC 3834 (Auto-Submitted).
 */

import type { SendMailOptions, Transporter } from 'nodemailer';

import type { DeliveryOutcome } from '../delivery.ts';
import type { Secret } from '../secret.ts';
import { clipped, headline, reasonText, type SignalMessage } from './message.ts';

/** RFC 5322 section 2.1.1. */
const MAX_SUBJECT = 200;
const MAX_TEXT = 64_000;
/** Before another attempt. Chosen: servers that put off unknown senders do it for minutes. */
const RETRY_MS = 60_000;
const TIMEOUT_MS = 10_000;
const MAX_REASON_CHARACTERS = 200;

export interface MailConnector {
  /** `smtps://host:465`; `smtp://host:587` switches to TLS first, and is refused without it unless the host is this machine. */
  readonly server: string;
  readonly user?: string;
  readonly password?: Secret;
  /** Address of the sender. */
  readonly from: string;
  /** Who may be told: addresses, or `@example.com` for all of a domain. */
  readonly to: readonly string[];
  /** Certificates (PEM) of authorities to trust instead of the public ones. */
  readonly authorities?: readonly string[];
}

/** `@bob@example.com` is the handle of an address. Source: Datadog "Notifications", Email. */
const MAIL_HANDLE = /^@([^\s@<>(),:;"[\]\\]{1,64}@[A-Za-z0-9.-]{1,253})$/;

/** @returns undefined for a handle that is no address */
export function mailAddressOf(handle: string): string | undefined {
  return MAIL_HANDLE.exec(handle)?.[1];
}

/** Sends once; never throws for what the server does. */
export async function tellMail(
  connector: MailConnector,
  address: string,
  message: SignalMessage,
): Promise<DeliveryOutcome> {
  if (!mayTell(connector, address))
    return { kind: 'failed', reason: `${address} is not among those who may be told by mail.` };
  const transport = await transportTo(connector);
  try {
    await transport.sendMail(mailOf(connector, address, message));
    return { kind: 'done', status: 250 };
  } catch (error) {
    return outcomeOf(error);
  } finally {
    transport.close();
  }
}

function mayTell({ to }: MailConnector, address: string): boolean {
  const lower = address.toLowerCase();
  return to.some((each) => {
    const allowed = each.toLowerCase();
    return allowed.startsWith('@') ? lower.endsWith(allowed) : lower === allowed;
  });
}

async function transportTo({ server, user, password, authorities }: MailConnector): Promise<Transporter> {
  // Most who need this room send no mail.
  const { createTransport } = await import('nodemailer');
  const url = new URL(server);
  const secure = url.protocol === 'smtps:';
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return createTransport({
    host,
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    requireTLS: !secure && !['localhost', '127.0.0.1', '::1'].includes(host),
    ...(user !== undefined && password !== undefined && { auth: { user, pass: password.reveal() } }),
    ...(authorities !== undefined && { tls: { ca: [...authorities] } }),
    // A message holds text alone: nothing of it is a path or an address to read from.
    disableFileAccess: true,
    disableUrlAccess: true,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    dnsTimeout: TIMEOUT_MS,
  });
}

function mailOf({ from }: MailConnector, address: string, message: SignalMessage): SendMailOptions {
  const { deliveryId, signalId, text, facts, url, source, atMs } = message;
  const host = from.slice(from.lastIndexOf('@') + 1);
  const thread = `<signal.${encodeURIComponent(signalId)}@${host}>`;
  return {
    from: { name: source, address: from },
    to: { name: '', address },
    subject: headline(message, MAX_SUBJECT),
    text: [
      reasonText(message),
      clipped(text, MAX_TEXT),
      facts.map(({ name, value }) => `${name}: ${value}`).join('\n'),
      ...(url === undefined ? [] : [url]),
    ]
      .filter((part) => part !== '')
      .join('\n\n'),
    messageId: `<${encodeURIComponent(deliveryId)}@${host}>`,
    inReplyTo: thread,
    references: [thread],
    date: new Date(atMs),
    headers: { 'Auto-Submitted': 'auto-generated' },
  };
}

/** What nodemailer throws: `responseCode` is the server's answer, `code` what went wrong without one. */
function outcomeOf(error: unknown): DeliveryOutcome {
  const { responseCode, code, message } = error as {
    readonly responseCode?: number;
    readonly code?: string;
    readonly message?: string;
  };
  const [line = ''] = (message ?? String(error)).split(/[\r\n]/);
  const reason = `The mail server: ${clipped(line.replace(/[\p{Cc}\p{Cf}]/gu, ' '), MAX_REASON_CHARACTERS)}`;
  const isFinal = responseCode === undefined ? code === 'EAUTH' || code === 'EENVELOPE' : responseCode >= 500;
  return isFinal ? { kind: 'failed', reason } : { kind: 'retry', afterMs: RETRY_MS, reason };
}
