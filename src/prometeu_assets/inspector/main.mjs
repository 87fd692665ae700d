/** The inspector: one script, which is the page and, in a worker, the engine behind it. */
import { serve } from './serve.mjs';
import { start } from './page.mjs';

if (typeof document === 'undefined') serve();
else start();
