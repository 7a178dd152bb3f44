"""The work of `gradcheck`: comparing gradients with differences, and finding out why they disagree.

From the question to the answer:

    checks          what is compared: gradients, or gradients of gradients
    nesting         the tensors among arguments and results, however deep they lie
    comparison      the analytic Jacobian beside the numerical one
    investigation   after a disagreement: which of the following explains it
    corners         is there a derivative at all?
    refusals        did the engine refuse what a rule returned?
    patterns        what does the wrong Jacobian look like beside the right one?
    naming          what inputs, outputs and rules are called in the message
"""
