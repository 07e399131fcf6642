/** What is told of an answer, for metrics. */
export interface AnswerSeen {
  readonly method: string;
  /** The route's pattern, `unknown` where there is none: never what the client sent. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}
