/** The node answered that it will not, or cannot (RFC 9457). */
export class ApiProblem extends Error {
  readonly status: number;
  /** Which kind, after `urn:aegis:problem:`; empty where the answer names none. */
  readonly kind: string;

  constructor(status: number, kind: string, detail: string) {
    super(detail);
    this.name = 'ApiProblem';
    this.status = status;
    this.kind = kind;
  }
}

interface ProblemText {
  readonly type?: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly where: string; readonly message: string }[];
}

/** What the answer says went wrong, with each mistake that it names. */
export async function problemIn(response: Response): Promise<ApiProblem> {
  const {
    type = '',
    detail,
    errors = [],
  } = await (response.json() as Promise<ProblemText>).catch((): ProblemText => ({}));
  const words = [detail ?? `The node answered ${response.status}.`, ...errors.map(({ message }) => message)];
  return new ApiProblem(response.status, type.split(':').at(-1) ?? '', words.join(' '));
}
