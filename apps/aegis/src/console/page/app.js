import { createApi } from './api.js';
import { openConsole } from './console-page.js';
import { knownReader, signIn } from './sign-in.js';

const { sign_in } = (await knownReader()) ?? (await signIn());
openConsole(createApi(sign_in?.csrf ?? ''));
