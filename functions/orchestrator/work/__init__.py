"""The worker's work: one ring is one look at a stack, and at most one slice of its next run.

    ring          its message is kept from others for a minute                messages, visibility
    claim         the stack's next run, if it has one that may be worked on   answering
    way           what a former worker of the run left open is taken over     attempt, own_updates
    operation     the run's request as something that the engine does         operations, programs
    watch         lease and message renewed, a wish to cancel heard           vigil
    engine        one operation; what it tells becomes the run's events       slice_engine, telling
    conclusion    what became of it, as an end of the slice                   conclusions
    end           events, then the run's record, then the doorbell            slice_work

Whatever dies on the way, the run's lease ends and somebody takes over: nothing here is trusted to
happen. What must not happen twice is fenced elsewhere, by the update's journal.
"""
