/** The environment, read once at the edge of the program; nothing else looks at `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A variable's text; a variable that is set to nothing (as compose files do) counts as not set. */
export function variable(env: Environment, name: string): string | undefined {
  const text = Object.hasOwn(env, name) ? env[name] : undefined;
  return text === '' ? undefined : text;
}
