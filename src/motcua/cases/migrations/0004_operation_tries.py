
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0003_fill_desk'),
    ]

    operations = [
        migrations.AddField(
            model_name='operation',
            name='tried_at_place',
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name='operation',
            name='tries',
            field=models.PositiveSmallIntegerField(default=0),
        ),
    ]
