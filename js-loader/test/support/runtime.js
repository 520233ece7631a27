/**
 * The runtime module's globals, for plans written by hand: may-leave flag and context slots of the only component
 * instance, and the trap globals. Handle tables are tested with the real runtime module (`resources.test.js`).
 */

/** @param {import('./plan.js').PlanBuilder} b whose first module this becomes */
export function addRuntime(b) {
  const globals = ['trap_code', 'trap_arg', 'trap_site', 'context0', 'context1'];
  b.module(
    `(module
      (global (export "may_leave") (mut i32) (i32.const 1))
      ${globals.map((name) => `(global (export "${name}") (mut i32) (i32.const 0))`).join('\n')})`,
    [],
    'runtime',
  );
  b.plan.runtime = { trapCode: 'trap_code', trapArg: 'trap_arg', trapSite: 'trap_site', handles: null };
  Object.assign(b.plan.instances[0], { mayLeave: 'may_leave', context: ['context0', 'context1'] });
}

/** @param {string} name of a global of the runtime module */
export function runtime(name) {
  return { instance: 0, export: name };
}
