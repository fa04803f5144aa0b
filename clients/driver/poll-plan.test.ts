import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { nowUs } from '../../servers/contract/clock.ts';
import { PollPlan } from './poll-plan.ts';

test('an answer belongs to the poll that was sent, and what a lost connection left unanswered has none', async () => {
  const made: number[] = [];
  const answered: number[] = [];
  const plan = new PollPlan(10, 1, {
    made: (dueUs, latenessUs) => made.push(dueUs + latenessUs),
    answered: (sentUs) => answered.push(sentUs),
    skipped: () => {},
  });
  const slot = plan.slot(0);
  const sent = async (count: number) => {
    while (made.length < count) await sleep(1);
  };
  try {
    let free = true;
    const poll = () => {
      const sends = free;
      free = false;
      return sends;
    };
    slot.start(poll);
    // The poll by which it subscribed is none of the plan.
    slot.answered();
    expect(answered).toEqual([]);
    plan.start(nowUs());
    await sent(1);
    free = true;
    slot.answered();
    expect(answered).toEqual([made[0]]);
    await sent(2);
    // Lost before it was answered, and subscribed again.
    free = true;
    slot.start(poll);
    await sent(3);
    free = true;
    slot.answered();
    expect(answered).toEqual([made[0], made[2]]);
  } finally {
    slot.stop();
    plan.stop();
  }
});
