"""The tests: they mirror app/ and ui/ file for file, beside journeys/, faults/, bench/, house/ and outside/."""
