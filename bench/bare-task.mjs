// The least that a task in another thread can do.
export default (input) => input;
