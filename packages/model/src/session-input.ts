/**
 * One session as sensors send it: TANNER's analysed-session JSON in both spellings seen in the wild, and what
 * the other readers and the decoy add. This is the interchange form on the wire and on the stream. Nothing in
 * it is trusted: the normalizer checks, cleans and bounds every field.
 */
export interface SessionInput {
  readonly sess_uuid: string;
  readonly peer_ip: string;
  readonly peer_port?: number | string;
  readonly user_agent?: string;
  readonly sensor?: string;
  readonly protocol?: string;
  readonly snare_uuid?: string;
  /** Epoch seconds or milliseconds, a numeric string, or ISO 8601; the same for every time here. */
  readonly start_time?: InputTime;
  readonly end_time?: InputTime;
  /** A map of path to type, a list of types, or one type. */
  readonly attack_types?: Readonly<Record<string, string>> | readonly string[] | string;
  readonly requests?: readonly RequestInput[];
  /** TANNER's spelling of `requests`. */
  readonly paths?: readonly PathInput[];
  readonly logins?: readonly LoginInput[];
  readonly commands?: readonly CommandInput[];
  readonly downloads?: readonly DownloadInput[];
  /** How many requests there were where only a sample is sent. */
  readonly request_count?: number;
  readonly cookies?: Readonly<Record<string, string>>;
  readonly referer?: string;
  readonly location?: Readonly<Record<string, unknown>> | string;
  readonly possible_owners?: Readonly<Record<string, number>>;
  readonly hidden_links?: number;
  readonly [other: string]: unknown;
}

export type InputTime = number | string;

export interface RequestInput {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timestamp?: InputTime;
  readonly response_status?: number;
  readonly attack_type?: string;
}

export interface PathInput {
  readonly path: string;
  readonly timestamp?: InputTime;
  readonly response_status?: number;
  readonly attack_type?: string;
}

export interface LoginInput {
  readonly time?: InputTime;
  readonly username: string;
  readonly password?: string;
  readonly success?: boolean;
}

export interface CommandInput {
  readonly time?: InputTime;
  readonly input: string;
}

export interface DownloadInput {
  readonly time?: InputTime;
  readonly url: string;
  readonly sha256?: string;
}
