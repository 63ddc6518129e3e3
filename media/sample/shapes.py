import math


def circle_area(radius):
    return math.pi * radius**2


def square_area(side):
    return side**2


def rectangle_area(width, height):
