import { INVALID_STATE, SYSTEM_ALREADY_STOPPED } from './hresult.js';

/** `creating`: HcsCreateComputeSystem was accepted and has not completed. `stopped`: ended; only handles still know it. */
export type SystemState =
  'creating' | 'created' | 'starting' | 'running' | 'pausing' | 'paused' | 'resuming' | 'stopping' | 'stopped';

export type SystemOperation =
  | 'start'
  | 'shutdown'
  | 'terminate'
  | 'pause'
  | 'resume'
  | 'save'
  | 'modify'
  | 'createProcess'
  | 'controlProcess'
  | 'measure';

const ALLOWED: Readonly<Record<SystemOperation, readonly SystemState[]>> = {
  start: ['created'],
  shutdown: ['running'],
  terminate: ['creating', 'created', 'starting', 'running', 'pausing', 'paused', 'resuming', 'stopping'],
  pause: ['running'],
  resume: ['paused'],
  save: ['paused'],
  modify: ['created', 'running'],
  createProcess: ['running'],
  controlProcess: ['running', 'pausing', 'paused', 'resuming'],
  measure: ['running', 'pausing', 'paused', 'resuming', 'stopping'],
};

/** Why `operation` cannot be done now: an HRESULT, or null when it can. */
export function refusal(state: SystemState, operation: SystemOperation): number | null {
  if (state === 'stopped') return SYSTEM_ALREADY_STOPPED;
  return ALLOWED[operation].includes(state) ? null : INVALID_STATE;
}

/** `State` of the properties document. Never started shows blank (field-notes F.3). */
export function shownState(state: SystemState): string {
  switch (state) {
    case 'creating':
    case 'created':
    case 'starting':
      return '';
    case 'running':
    case 'pausing':
    case 'stopping':
      return 'Running';
    case 'paused':
    case 'resuming':
      return 'Paused';
    case 'stopped':
      return 'Stopped';
  }
}
