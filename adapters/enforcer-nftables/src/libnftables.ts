import koffi from 'koffi';
import type { Nft } from './nft.ts';

const MOST_SAID = 2000;

/**
 * The library behind `nft`, called in this process: 0.1 ms for one element. The calls run on a thread of koffi's,
 * so that a load of 100,000 elements holds nobody up. Throws where the library is not installed.
 */
export function createLibNftables(file: string = 'libnftables.so.1'): Nft {
  const library = koffi.load(file);
  const newContext = library.func('void *nft_ctx_new(uint32_t flags)');
  const freeContext = library.func('void nft_ctx_free(void *ctx)');
  const bufferOutput = library.func('int nft_ctx_buffer_output(void *ctx)');
  const bufferError = library.func('int nft_ctx_buffer_error(void *ctx)');
  const output = library.func('const char *nft_ctx_get_output_buffer(void *ctx)');
  const complaint = library.func('const char *nft_ctx_get_error_buffer(void *ctx)');
  const runCommands = library.func('int nft_run_cmd_from_buffer(void *ctx, const char *buf)');

  const context: unknown = newContext(0);
  bufferOutput(context);
  bufferError(context);
  return {
    name: 'libnftables',
    run(commands) {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      runCommands.async(context, commands, (error: Error | null, status: number) => {
        if (error !== null) return reject(error);
        const printed = output(context) as string;
        const said = complaint(context) as string;
        if (status === 0) resolve(printed);
        else reject(new Error(said.slice(0, MOST_SAID) || `libnftables answered ${status}`));
      });
      return promise;
    },
    close: () => void freeContext(context),
  };
}
