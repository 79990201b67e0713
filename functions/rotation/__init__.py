"""Makes new versions of secrets, one step per call of Secrets Manager.

    event -> messages     what is asked for, or a refusal
          -> steps        may this version do it, by the labels? (pure)
          -> rotation     the step, with the strategy that the secret names
               <-> versions     the secret's values, by explicit label
               <-> strategies   how its kind of credential is made, set, tested and retired
          -> door         one log line; an error whose text Secrets Manager may keep

Every step may be cut off anywhere and done again from the first: what is stored is kept, what is
done is recognised.
"""
