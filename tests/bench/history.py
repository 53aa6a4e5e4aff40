def run(stage):
    pass
