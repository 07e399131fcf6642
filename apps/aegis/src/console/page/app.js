import { createApi } from './api.js';
import { openConsole } from './console-page.js';
import { signIn, storedKey } from './sign-in.js';

openConsole(createApi(storedKey() ?? (await signIn())));
