$record = Assert-Fails { Get-HcsPlan -Spec @{ process = @{ args = 'cmd' } } } 'invalidRequest,Get-HcsPlan'
Assert-Match (@($record.Exception.Data['HcsError'].Issues).Path -join ' ') 'args'
