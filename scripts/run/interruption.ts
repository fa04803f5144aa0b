import { EXIT } from '../exit-codes.ts';

/**
 * A signal that is aborted by Ctrl-C, SIGTERM or SIGHUP, so that a run can end in order. A second Ctrl-C ends this
 * process at once; servers, publisher and workers notice by themselves that it is gone.
 */
export function interruption(onFirst: () => void): AbortSignal {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    onFirst();
    controller.abort(new Error('interrupted'));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
  return controller.signal;
}
