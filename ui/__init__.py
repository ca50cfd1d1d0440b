"""The window of Countersign: Qt and nothing but Qt, over the verbs of `app.work`.

- It sees work, the words of domain, and base; never store, proof, report or central.
"""
