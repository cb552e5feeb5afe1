"""The demo province: real wards, invented people; and five journeys played from the procedures' examples."""
