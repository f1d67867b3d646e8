"""Everything that writes to a file, one module for each of its steps.

Every service opens the transaction, goes through `workflow.engine`, writes, then announces. All raise
`workflow.errors.MovedOn`, `NotYourRole` or `Missing`, and then nothing was saved.
"""
