import { expect, test } from 'vitest';
import { parseCommand } from '../../../src/brain/language/parse-command.ts';

const ENTRY = {
  limit_price: 250.02,
  stop_loss: 249.82,
  profit_target: 250.42,
  size: 100,
  conviction: null,
  reasoning: '',
};

test.for([
  ['ENTER_LONG(250.02, 249.82, 250.42)', 'enter_long', ENTRY],
  ['  ENTER_SHORT( 250.02 ,249.82,\t250.42)\r\n', 'enter_short', ENTRY],
  ['UPDATE_STOP(249.9)', 'update_stop', { new_price: 249.9, reasoning: '' }],
  ['UPDATE_TARGET(251)', 'update_target', { new_price: 251, reasoning: '' }],
  ['EXIT(the flow, it turned)', 'exit_position', { reasoning: 'the flow, it turned' }],
  ['CANCEL_ALL()', 'cancel_all', { reasoning: '' }],
  ['\nWAIT( nothing to do )\n', 'wait', { reasoning: 'nothing to do' }],
] as const)('reads %j', ([text, tool, args]) => {
  expect(parseCommand(text, 100)).toEqual({
    think: null,
    calls: [{ tool, arguments: args }],
    code: null,
    figures: null,
  });
});

test.for([
  ['', 'NO_CALL'],
  ['WAIT', 'NO_CALL'],
  ['wait and see', 'NO_CALL'],
  ['I say WAIT(x)', 'NO_CALL'],
  ['WAIT(x).', 'NO_CALL'],
  ['WAIT (x)', 'NO_CALL'],
  ['`WAIT(x)`', 'NO_CALL'],
  ['WAIT(x (y))', 'NO_CALL'],
  ['WAIT(x', 'NO_CALL'],
  ['\u00a0WAIT(x)', 'NO_CALL'],
  ['ENTER_LONG(1,2,3) ENTER_LONG(1,2,3)', 'MANY_CALLS'],
  ['WAIT(a)\nEXIT(b)', 'MANY_CALLS'],
  ['BUY(250.02)', 'UNKNOWN_TOOL'],
  ['wait(x)', 'UNKNOWN_TOOL'],
  ['Enter_Long(1,2,3)', 'UNKNOWN_TOOL'],
  ['constructor(x)', 'UNKNOWN_TOOL'],
  ['ENTER_LONG(250.02, 249.82)', 'BAD_ARGUMENTS'],
  ['ENTER_LONG(250.02, 249.82, 250.42, 100)', 'BAD_ARGUMENTS'],
  ['ENTER_LONG(250.02, 249.82, $250.42)', 'BAD_ARGUMENTS'],
  ['ENTER_LONG(limit_price=250.02, 249.82, 250.42)', 'BAD_ARGUMENTS'],
  ['ENTER_LONG("250.02", 249.82, 250.42)', 'BAD_ARGUMENTS'],
  ['ENTER_LONG(250.02,\n249.82, 250.42)', 'BAD_ARGUMENTS'],
  ['UPDATE_STOP(-1)', 'BAD_ARGUMENTS'],
  ['UPDATE_STOP(1e2)', 'BAD_ARGUMENTS'],
  ['UPDATE_STOP(.5)', 'BAD_ARGUMENTS'],
  ['UPDATE_STOP(5.)', 'BAD_ARGUMENTS'],
  ['UPDATE_STOP(0x10)', 'BAD_ARGUMENTS'],
  ['UPDATE_STOP(٢٥٠)', 'BAD_ARGUMENTS'],
  ['UPDATE_STOP()', 'BAD_ARGUMENTS'],
  ['EXIT()', 'BAD_ARGUMENTS'],
  ['EXIT(a\nb)', 'BAD_ARGUMENTS'],
  ['WAIT(a\u2028b)', 'BAD_ARGUMENTS'],
  ['CANCEL_ALL(now)', 'BAD_ARGUMENTS'],
] as const)('%j is %s', ([text, code]) => {
  const parsed = parseCommand(text, 100);
  expect(parsed.code).toBe(code);
  expect(parsed.figures).not.toBeNull();
});

test.for([
  ['<think>ENTER_LONG(1,2,3)?</think>\nWAIT(x)', 'ENTER_LONG(1,2,3)?'],
  ['ENTER_LONG(1,2,3)? no</think>WAIT(x)', 'ENTER_LONG(1,2,3)? no'],
  [' \n<think></think>WAIT(x)', ''],
] as const)('keeps the thought of %j apart and unread', ([text, think]) => {
  expect(parseCommand(text, 1)).toMatchObject({ think, code: null, calls: [{ tool: 'wait' }] });
});

test.for([
  ['<think>WAIT(x)', 'CUT_OFF'],
  ['WAIT(x)<think>', 'CUT_OFF'],
  ['<think>a</think>WAIT(x)<think>', 'CUT_OFF'],
  ['<think>EXIT(now) or WAIT(x)', 'CUT_OFF'],
  [' \n<think>EXIT(now)', 'CUT_OFF'],
  ['a</think><think>EXIT(now)', 'CUT_OFF'],
  ['<think>a</think><think>EXIT(now)', 'CUT_OFF'],
  ['EXIT(a <think>b) </think> WAIT(x)', 'NO_CALL'],
  ['so <think>a</think>WAIT(x)', 'NO_CALL'],
  ['<think>a</think>', 'NO_CALL'],
  ['<think>a</think>WAIT(x)</think>WAIT(y)', 'NO_CALL'],
  ['WAIT(x)<think>a</think>', 'NO_CALL'],
] as const)('a thought that does not stand before the command, whole: %j is %s', ([text, code]) => {
  expect(parseCommand(text, 1).code).toBe(code);
});

test.for([
  ['EXIT(the move is <think>over)', null],
  ['<think>a\nb</think>\nEXIT(the move is <think>over)', 'a\nb'],
  ['so</think>EXIT(the move is <think>over)', 'so'],
] as const)('the word <think> in the reason of %j begins no thought', ([text, think]) => {
  expect(parseCommand(text, 1)).toEqual({
    think,
    calls: [{ tool: 'exit_position', arguments: { reasoning: 'the move is <think>over' } }],
    code: null,
    figures: null,
  });
});
